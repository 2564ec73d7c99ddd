"""The full-screen terminal chat; nothing else in the project imports textual."""
