r"""Weight decay: how the pull towards the origin enters the flow. One file each; their laws: :mod:`mirrortheory.laws.instances`.

==============  =========================================================  ====================
``NoDecay()``   :math:`\dot w = -\phi(\nabla f)`
``Decoupled``   :math:`\dot w = -(\phi(\nabla f) + \alpha w)`              AdamW
``Coupled``     :math:`\dot w = -\phi(\nabla f + \alpha w)`                L2 penalty in the loss
==============  =========================================================  ====================

The rate is a number, a letter, or depends on time: :mod:`mirrortheory.decays.schedule`.

Source: Loshchilov and Hutter (2019), arXiv:1711.05101, for the two forms; Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064.
"""

from mirrortheory.decays.base import Decay, RateDecay
from mirrortheory.decays.coupled import Coupled
from mirrortheory.decays.decoupled import Decoupled
from mirrortheory.decays.none import NoDecay
from mirrortheory.decays.schedule import TIME, Stretch, is_schedule, stretches, text_of

__all__ = ["TIME", "Coupled", "Decay", "Decoupled", "NoDecay", "RateDecay", "Stretch", "is_schedule", "stretches", "text_of"]
