from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "apps.mail"
    verbose_name = "Email"

    def ready(self) -> None:
        from apps.mail import webhooks  # noqa: F401  connects the receiver of what providers report
