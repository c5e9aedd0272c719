"""Any smooth loss, and coupled decay: the arcs between events are smooth curves; in doubles, and in balls."""
