"""The browser app of 问报: a thin layer over `qa.library.library.Library`, in Gradio.

`chat.py` is what happens, `render.py` and `cards.py` how it looks as HTML, `words.py` what it says, `serving.py` where
it listens; none of them imports gradio.
"""
