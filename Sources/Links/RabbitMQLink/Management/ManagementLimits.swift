/// What a link waits for, and how much of it: whoever answers is not to be trusted to come to an
/// end.
package struct ManagementLimits: Equatable, Sendable {
    /// How long a request waits for the beginning of its answer, or for more of it.
    package var silenceSeconds: Int64
    /// How long for the end of it, however it comes in.
    package var answerSeconds: Int64
    /// Bytes of one answer; a page of 500 queues has less than a hundredth of it.
    package var answerBytesMax: Int

    package static let usual = ManagementLimits(
        silenceSeconds: 4, answerSeconds: 30, answerBytesMax: 268_435_456)

    /// For what a broker may work on for minutes before it says anything.
    package static let patient = ManagementLimits(
        silenceSeconds: 600, answerSeconds: 600, answerBytesMax: 268_435_456)

    package init(silenceSeconds: Int64, answerSeconds: Int64, answerBytesMax: Int) {
        self.silenceSeconds = silenceSeconds
        self.answerSeconds = answerSeconds
        self.answerBytesMax = answerBytesMax
    }
}
