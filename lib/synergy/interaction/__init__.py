"""The paper's section 4.3: the system of five sub-indices, estimated, tabled and put in words."""
