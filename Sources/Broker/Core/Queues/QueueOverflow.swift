/// What happens to a message that does not fit into its queue any more (`x-overflow`).
enum QueueOverflow: String {
    case dropHead = "drop-head"
    /// The newest is refused, which its publisher learns by a nack.
    case rejectPublish = "reject-publish"
    /// The same, and it is dead-lettered.
    case rejectPublishAndDeadLetter = "reject-publish-dlx"
}
