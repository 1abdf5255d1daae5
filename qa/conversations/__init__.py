"""What was asked and answered, and what readers thought of it: kept beside the library."""
