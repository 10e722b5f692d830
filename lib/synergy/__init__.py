"""The science of the living report: indices, coupling, panel VAR, claims and policy models."""
