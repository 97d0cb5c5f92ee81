"""One file a tool: pointer events in, a draft or a new annotation out."""
