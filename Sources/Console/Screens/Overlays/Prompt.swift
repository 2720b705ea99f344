/// A question that is answered with one line of text.
package struct Prompt: Equatable, Sendable {
    /// What the text is for; it comes back with the answer.
    package enum Subject: Hashable, Sendable {
        case filter
        case targetQueue
        /// An offset or a time of a stream.
        case streamPlace
        /// Messages a second.
        case rate
        /// A field of the form that is open.
        case field
    }

    package var subject: Subject
    /// Stands before the text, such as `filter` or `requeue to queue`.
    package var label: String
    /// What is in it when it opens.
    package var text: String
    /// Stands behind the text, such as `! inverts`.
    package var hint: String
    /// What `tab` completes to.
    package var suggestions: [String]

    package init(
        _ subject: Subject, label: String, text: String = "", hint: String = "",
        suggestions: [String] = []
    ) {
        self.subject = subject
        self.label = label
        self.text = text
        self.hint = hint
        self.suggestions = suggestions
    }
}
