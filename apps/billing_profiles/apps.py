from django.apps import AppConfig


class BillingProfilesConfig(AppConfig):
    name = "apps.billing_profiles"
    verbose_name = "Sellers and billing profiles"

    def ready(self) -> None:
        from apps.billing_profiles.selectors import mail_sender, paper_language
        from apps.mail.letters import SENDERS, SPOKEN

        SPOKEN.append(paper_language)
        SENDERS.append(mail_sender)
