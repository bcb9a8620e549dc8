"""plan-evaluation: judge whether a region keeps the promises of its five-year plan."""

__version__ = "0.2.0"
