"""What can go wrong with the emulator and its deployments: one sentence each, fit to be shown."""


class EmulatorError(Exception):
    """The emulator cannot run here; the message names the reason and what to do about it."""


class DeploymentError(Exception):
    """The assembly could not be deployed; the message names the resource that failed and its reason."""
