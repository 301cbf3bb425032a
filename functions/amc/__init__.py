"""The ways to AMC: transports, tokens, rate limit, answers. Imports `wfm.model`, `wfm.store` and what is below."""
