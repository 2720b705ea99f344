import BrokerLink
import Canvas
import LoadTest
import Messaging

/// The producer panel: puts a load on the broker, and shows how it bears it.
package struct LoadScreen: Screen {
    /// What `enter` starts.
    enum Choice: Equatable {
        /// One of those that the console offers, by its place.
        case offered(Int)
        /// The one that the form describes.
        case own
    }

    var choice: Choice?
    var form = LoadForm()
    /// The selected field while the form is open.
    var field: LoadForm.Field?
    var series = LoadSeries()
    /// What was last started from here.
    var started: LoadScenario?
    /// The rate that was last asked for, by starting or by a key.
    var rateWanted: Double?

    package init() {}

    package var name: String { "Load" }

    /// Takes in the run's snapshots, and the texts of the form's fields.
    package mutating func update(
        _ message: ScreenMessage, in context: ScreenContext
    ) -> [ScreenEffect] {
        switch message {
        case .loadChanged:
            self.series.take(context.load)
            if !context.load.isActive { self.rateWanted = nil }
        case .moved(let movement): self.moved(movement)
        case .scrolled(let rows): self.moved(rows < 0 ? .up : .down)
        case .clicked(let row, _, let isDouble):
            return self.clicked(row: row, isDouble: isDouble, in: context)
        case .promptChanged(.field, let text): self.setField(text)
        case .promptCancelled(.field, let text): self.setField(text)
        case .promptAnswered(.field, let text):
            self.setField(text)
            return self.fieldAnswered()
        case .appeared, .sampled, .resized, .promptChanged, .promptAnswered, .promptCancelled,
            .detailed, .browsed, .purged, .deletedQueue, .deletedMessages, .redrove, .rostered,
            .closedConnection, .cancelledConsumer:
            break
        }
        return []
    }

    /// Closes the form.
    package mutating func giveUp(in context: ScreenContext) -> Bool {
        guard self.field != nil else { return false }
        self.field = nil
        return true
    }

    /// What is chosen now: the first offered one until somebody chooses.
    func currentChoice(in context: ScreenContext) -> Choice {
        switch self.choice {
        case .offered(let place) where context.scenarios.indices.contains(place):
            .offered(place)
        case .own: .own
        case .offered, nil: context.scenarios.isEmpty ? .own : .offered(0)
        }
    }

    /// What runs or ran last, as it was described; nil when it was started from elsewhere.
    func runningScenario(in context: ScreenContext) -> LoadScenario? {
        let name = context.load.scenarioName
        return self.started?.name == name
            ? self.started : context.scenarios.first { $0.name == name }
    }

    /// The chosen load; nil while the form has a problem.
    func scenario(in context: ScreenContext) -> LoadScenario? {
        switch self.currentChoice(in: context) {
        case .offered(let place): context.scenarios[place]
        case .own:
            self.form.scenario { context.history.queue($0) != nil }
        }
    }
}

extension LoadScreen {
    private mutating func moved(_ movement: Movement) {
        guard let field = self.field else { return }
        let fields = LoadForm.Field.allCases
        let place = fields.firstIndex(of: field) ?? 0
        self.field =
            fields[movement.index(from: place, count: fields.count, page: fields.count)]
    }

    private mutating func clicked(
        row: Int, isDouble: Bool, in context: ScreenContext
    ) -> [ScreenEffect] {
        let place = row - LoadFormView.firstRow
        guard self.field != nil, LoadForm.Field.allCases.indices.contains(place) else { return [] }
        self.field = LoadForm.Field.allCases[place]
        return isDouble ? self.perform(.edit, in: context) : []
    }

    private mutating func setField(_ text: String) {
        guard let field = self.field else { return }
        self.form[field] = text
    }

    /// Goes on to the next field, or says what is wrong with this one.
    private mutating func fieldAnswered() -> [ScreenEffect] {
        guard let field = self.field else { return [] }
        if let problem = self.form.problem(with: field) {
            return [.notice(Notice("\(field.title): \(problem).", .warning))]
        }
        self.moved(.down)
        return []
    }
}
