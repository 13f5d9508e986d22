from django.contrib.auth.hashers import Argon2PasswordHasher


class PasswordHasher(Argon2PasswordHasher):
    """Argon2id as OWASP asks for at least: 19 MiB, two passes, one lane.

    Django's own 100 MiB and eight lanes would let a handful of log-ins at once take a web
    process's memory and both cores. https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
    """

    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1
