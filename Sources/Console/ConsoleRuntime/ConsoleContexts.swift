import BrokerLink
import Screens

/// Which brokers a console can be attached to, and how.
package struct ConsoleContexts: Sendable {
    /// Opens a link; what it throws is shown as the reason, so it must hold no secret.
    package typealias Opener = @Sendable (ContextName) async throws -> any BrokerLink

    /// The context of the link that the console starts with.
    package var start: ContextName
    /// All of them in the order of the picker; empty when nothing is configured.
    package var choices: [ContextChoice]
    package var open: Opener

    /// - Parameter open: Called for every context but the first, once each.
    package init(
        start: ContextName = .embedded, choices: [ContextChoice] = [],
        open: @escaping Opener = { name in
            throw LinkError.notAttempted(reason: "There is no context \(name).")
        }
    ) {
        self.start = start
        self.choices = choices
        self.open = open
    }
}

/// Why a context could not be attached to, a sentence.
struct ContextFailure: Error {
    var reason: String
}

/// A link that is open, and what is known by it.
struct OpenLink {
    let link: any BrokerLink
    let samples: SampleTaker
    var schedule: SamplingSchedule
    /// Nil until it has answered for the first time.
    var identity: BrokerIdentity?
    var history = SampleHistory()

    init(_ link: any BrokerLink, refreshSeconds: Double) {
        self.link = link
        self.samples = SampleTaker(of: link)
        self.schedule = SamplingSchedule(refreshSeconds: refreshSeconds)
    }
}
