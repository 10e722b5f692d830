"""The science of the living report: indices, coupling, panel VAR, claims and policy models."""

__version__ = "0.1.0"
