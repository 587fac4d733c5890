"""The public check over HTTP: one controller that the city's service uses too, and a service that does nothing else."""
