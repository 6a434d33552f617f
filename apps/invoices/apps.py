from django.apps import AppConfig


class InvoicesConfig(AppConfig):
    name = "apps.invoices"

    def ready(self) -> None:
        from apps.invoices.services.papers import paper_attachment
        from apps.mail.attachments import PAPERS

        PAPERS.append(paper_attachment)
