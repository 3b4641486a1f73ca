"""A site's layout, learnt from many of its pages: what varies on them, and which elements hold it."""

from .learner import TooFew, learn
from .learnt import Learnt
from .samples import Sample, sampled

__all__ = ["Learnt", "Sample", "TooFew", "learn", "sampled"]
