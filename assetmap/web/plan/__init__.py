"""Pages for planners: which wards have what, where the next would reach most, is it fair, and what is not met."""
