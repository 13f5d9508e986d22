"""Whom Google, Apple, Microsoft, Facebook and GitHub vouch for (docs/adr/0014-social-sign-in.md)."""
