/// When messages that are put back come back too often: they die again, and going on would only
/// make them die once more.
package enum ReturnRule {
    /// So many have to have come back, and half as many as were put back.
    static let returnedMin = 50

    /// - Parameters:
    ///   - returned: Messages that came into the queue which the others are taken from, since that
    ///     began.
    ///   - moved: Messages put back so far.
    package static func stops(returned: Int, moved: Int) -> Bool {
        returned >= max(Self.returnedMin, moved / 2)
    }
}
