"""From files to sheets: numbered lines of cells, not yet interpreted."""
