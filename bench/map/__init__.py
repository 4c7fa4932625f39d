"""The map's bench: our page, and two of folium's own ways to show the same outlets."""
