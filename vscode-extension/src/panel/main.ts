// The entry point of the page: connects the view to the extension.
import { FromView, ToView } from './messages';
import { View } from './view';

const vscode = acquireVsCodeApi();
const view = new View(document.getElementById('root')!, {
  send: (message: FromView) => vscode.postMessage(message),
  load: () => vscode.getState() as ReturnType<ConstructorParameters<typeof View>[1]['load']>,
  save: state => vscode.setState(state),
});

window.addEventListener('message', (event: MessageEvent<ToView>) => {
  const message = event.data;
  switch (message.type) {
    case 'init':
      document.body.dataset['uri'] = message.uri;
      break;
    case 'schedule':
      view.showSchedule(message);
      break;
    case 'empty':
      view.showEmpty(message.text);
      break;
    case 'cursor':
      view.follow(message.line);
      break;
    default:
      console.warn(`unknown message ${JSON.stringify(message)}`);
  }
});
view.retheme();
vscode.postMessage({ type: 'ready', seen: view.seen } satisfies FromView);
