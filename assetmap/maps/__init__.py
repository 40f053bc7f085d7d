"""Floor 7: the only home of folium."""
