import Metering

/// How long the messages of one queue waited and took; allocated as they are first used.
struct QueueMeters {
    /// Ack - max(delivery, that consumer's previous ack), over the last minute.
    var processing = RotatingHistogram()
    /// The same since the queue was declared.
    var processingTotal = Histogram()
    /// Ack - delivery.
    var deliverToAck = Histogram()
    /// First delivery - enqueuing.
    var timeInQueue = Histogram()
}
