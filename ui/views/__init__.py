"""The screen's parts in Gradio, one module each; with `ui.app` the only modules that import gradio."""
