"""Readers of a shop's data and the writer that puts it into SQL: `import_paths` does both."""

from knowledge.feeds.importer import import_paths
from knowledge.feeds.records import (
    AddressRecord,
    ArticleRecord,
    CustomerRecord,
    FulfilmentRecord,
    ImageRef,
    MediaRecord,
    OrderEventRecord,
    OrderItemRecord,
    OrderRecord,
    PaymentMethodRecord,
    PaymentRecord,
    ProductRecord,
    PromotionRecord,
    Refusal,
    ReviewRecord,
    VariantRecord,
)
from knowledge.feeds.report import ImportReport
from knowledge.feeds.writer import Writer

__all__ = [
    "AddressRecord",
    "ArticleRecord",
    "CustomerRecord",
    "FulfilmentRecord",
    "ImageRef",
    "ImportReport",
    "MediaRecord",
    "OrderEventRecord",
    "OrderItemRecord",
    "OrderRecord",
    "PaymentMethodRecord",
    "PaymentRecord",
    "ProductRecord",
    "PromotionRecord",
    "Refusal",
    "ReviewRecord",
    "VariantRecord",
    "Writer",
    "import_paths",
]
