"""Pure rules of onboarding: states, chain, scores, capital, credit for a promise kept."""
