"""A local server for proofreading: one page, a JSON API for it, and the LanguageTool HTTP API."""
