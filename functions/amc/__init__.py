"""Adapters of AMC: transports, access tokens, rate limit, answers. Imports `wfm.model`, `wfm.store`."""
