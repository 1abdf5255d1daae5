"""A library as a retriever of other programs' frameworks, one module each: ``pip install 'wenbao[retrievers]'``."""
