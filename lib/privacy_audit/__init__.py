"""Whether a firm kept the promises of its privacy policy, proved from its own registers."""

__version__ = "0.1.0"
