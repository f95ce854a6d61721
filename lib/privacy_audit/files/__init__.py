"""Files into sheets: numbered lines of cells, with nothing interpreted yet."""
