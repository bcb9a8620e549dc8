"""The application round the analysis: words, charts, chapters, reports, the command line."""
