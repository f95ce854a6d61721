"""Pictures: what they are made of, what they show, and how they become PNG and SVG."""
