"""The pages of connectors, who signpost people to what suits them."""
