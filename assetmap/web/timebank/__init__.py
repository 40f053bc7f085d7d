"""The pages of the timebank: members, hours given and received."""
