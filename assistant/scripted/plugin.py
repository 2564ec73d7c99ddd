"""pytest plug-in that collects scripted conversations."""
