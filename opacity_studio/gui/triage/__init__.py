"""The differences between person and model, gone through one by one."""
