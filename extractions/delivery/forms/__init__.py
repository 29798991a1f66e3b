"""Forms in front of packages, access and destruction."""
