"""Doors for programs: REST, MCP, OpenAI's and Dify's interfaces, a file each, over the public names of `qa`."""
