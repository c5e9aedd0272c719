"""Sign flow (q = 1) of a product of layers: its flow is discontinuous, and followed from event to event."""
