"""The same findings in several dresses; every one of them is rendered from the results."""
