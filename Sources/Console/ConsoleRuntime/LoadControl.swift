import LoadTest

/// What the console needs of a load engine; tests have one that sends nothing.
package protocol LoadControl: Sendable {
    /// Ends what runs and begins a scenario.
    func start(_ scenario: LoadScenario) async
    func setRate(_ perSecond: Double) async
    func stop() async
    /// How the run stands; cheap.
    func snapshot() async -> LoadSnapshot
}
