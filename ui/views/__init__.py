"""One file a screen; with `ui.app` the only importers of gradio."""
